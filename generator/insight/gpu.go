package insight

import (
	"fmt"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// MinFreeGPUs is from how many free GPUs on a cluster's GPUs count as idle.
const MinFreeGPUs = 1

// idleGPUs tells of GPUs that nobody uses on a machine that runs jobs.
func idleGPUs(m machine) []doc.Insight {
	if !m.fresh() || !m.working() || m.Nodes == nil || m.Nodes.GPUs == nil || m.Nodes.GPUs.Free < MinFreeGPUs {
		return nil
	}
	gpus := m.Nodes.GPUs
	i := doc.Insight{
		Priority: Low,
		Message:  fmt.Sprintf("%s of %s are free.", thousands(gpus.Free), count(gpus.Total, "GPU")),
		Action:   "Jobs for GPUs may start soon here.",
	}
	queue, free, known := gpuQueue(m.Queues)
	switch {
	case queue != "":
		i.Queue = &queue
		i.Message = fmt.Sprintf("%s of %s are free; queue '%s' reaches %s of them.",
			thousands(gpus.Free), count(gpus.Total, "GPU"), queue, thousands(free))
		i.Action = fmt.Sprintf("Submit jobs for GPUs to '%s'.", queue)
	case known:
		return nil // they are free only where nobody may submit
	}
	return []doc.Insight{i}
}

// gpuQueue is the open queue with the most free GPUs. Known says whether any queue tells of GPUs.
func gpuQueue(queues []fleet.Queue) (name string, free int, known bool) {
	for _, q := range queues {
		if q.Nodes == nil || q.Nodes.GPUs == nil {
			continue
		}
		known = true
		open := q.Kind != fleet.RouteQueue && q.State == fleet.QueueRunning && !q.Restricted
		if open && q.Nodes.GPUs.Free > free {
			name, free = q.Name, q.Nodes.GPUs.Free
		}
	}
	return name, free, known
}

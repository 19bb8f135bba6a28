package insight

import (
	"fmt"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// trouble tells of systems that are not up although work waits or runs there.
func trouble(m machine) []doc.Insight {
	i := doc.Insight{}
	switch m.verdict {
	case fleet.Down:
		i.Action = "Use another system until its centre reports it up."
	case fleet.Maintenance:
		i.Action = "Use another system until the maintenance is over."
	case fleet.Degraded:
		i.Action = "Expect delays; its page says what is known."
	default:
		return nil
	}
	waiting, running := value(m.Totals.Queued), value(m.Totals.Running)
	if waiting+running == 0 || m.Visibility == fleet.VisibleOwn || m.OutdatedAt(m.now) {
		return nil
	}
	work := fmt.Sprintf("%s waiting and %s running there", count(waiting, "job"), thousands(running))
	if !m.fresh() {
		work = fmt.Sprintf("at %s it had %s waiting and %s running", moment(m.observed()), count(waiting, "job"), thousands(running))
	}
	i.Message = fmt.Sprintf("%s is %s: %s.", m.Name, m.verdict, work)
	i.Priority = gravity(m.verdict, waiting)
	return []doc.Insight{i}
}

func gravity(status fleet.Status, waiting int) string {
	switch {
	case status == fleet.Down:
		return High
	case waiting > 0:
		return Medium
	}
	return Low
}

# Get fleet status
curl http://localhost:8080/api/status
# Get specific cluster
curl http://localhost:8080/api/cluster-usage/nautilus
# Trigger refresh
curl -X POST http://localhost:8080/api/refresh
# Pretty print with jq
curl -s http://localhost:8080/api/fleet/summary | jq '.systems[] | {name: .system, status}'

async function getFleetStatus() {
const response = await fetch('/api/fleet/summary');
const data = await response.json();
const upSystems = data.systems.filter(s => s.status === 'UP');
console.log(`${upSystems.length} systems operational`);
return data;
}

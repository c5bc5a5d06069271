/* flame.js: draws the data object of a flame graph */
addEventListener('DOMContentLoaded', () => {
  const data = JSON.parse(document.getElementById('data').textContent);
  document.getElementById('flame').textContent = data.header.join('\n');
});

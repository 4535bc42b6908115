// Draws the samples of an analysis: for each metric what was measured, in the colours of the theme.
(function () {
  function colour(name, fallback) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || fallback;
  }

  function tooltip(points) {
    const text = document.createElement("div");
    const point = points[0];
    text.textContent = new Date(point.value[0]).toLocaleTimeString() + ": " + point.value[3];
    return text;
  }

  function draw(chart, metric) {
    const good = colour("--success-color", "#1ea64b");
    const bad = colour("--error-color", "#e6001f");
    const text = colour("--text-color-secondary", "#555");
    chart.setOption({
      animation: false,
      title: { text: metric.name, textStyle: { color: colour("--text-color", "#333"), fontSize: 14 } },
      grid: { left: 60, right: 20, top: 40, bottom: 30 },
      tooltip: { trigger: "axis", formatter: tooltip },
      xAxis: { type: "time", axisLabel: { color: text, hideOverlap: true } },
      yAxis: { type: "value", axisLabel: { color: text }, splitLine: { lineStyle: { color: text, opacity: 0.2 } } },
      series: [
        {
          type: "line",
          data: metric.points,
          encode: { x: 0, y: 1 },
          symbolSize: 5,
          lineStyle: { color: text, width: 1 },
          itemStyle: { color: function (point) { return point.value[2] === 0 ? bad : good; } },
        },
      ],
    });
  }

  function place(box, metric) {
    const made = document.createElement("div");
    const last = metric.points[metric.points.length - 1];
    made.className = "tdeploy-chart";
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", metric.name + ": " + metric.points.length + ", " + (last ? last[3] : ""));
    box.appendChild(made);
    const chart = echarts.init(made);
    draw(chart, metric);
    window.addEventListener("resize", function () {
      chart.resize();
    });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () {
      draw(chart, metric);
    });
  }

  function show(box) {
    fetch(box.dataset.samples)
      .then(function (answer) {
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        return answer.json();
      })
      .then(function (metrics) {
        metrics.forEach(function (metric) {
          place(box, metric);
        });
      })
      .catch(function () {
        box.hidden = true;
      });
  }

  if (window.fetch && window.echarts) {
    document.querySelectorAll("[data-samples]").forEach(show);
  }
})();

"use strict";
/* Charts drawn from the JSON beside them, in the page's theme; a click opens the rows behind. */
(() => {
  const isDark = () => document.documentElement.classList.contains("dark");

  function themed(spec) {
    const layout = Object.assign({}, spec.layout, { template: isDark() ? spec.dark : spec.light, autosize: true });
    delete layout.width;
    return layout;
  }

  /* Plotly's own words and dates in Chinese; everything else comes from the server. */
  function speakChinese() {
    const months = Array.from({ length: 12 }, (_, i) => `${i + 1}月`);
    const days = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
    window.Plotly.register({
      moduleType: "locale",
      name: "zh-hans",
      dictionary: { "Zoom in": "放大", "Zoom out": "缩小", "Reset axes": "重置坐标轴", "Pan": "平移", "Zoom": "缩放",
        "Download plot as a PNG": "下载为 PNG", "Download plot as a png": "下载为 PNG", "Autoscale": "自动缩放" },
      format: { days, shortDays: days, months, shortMonths: months, date: "%Y-%m-%d" },
    });
  }

  function draw(card) {
    const spec = JSON.parse(document.getElementById(card.dataset.chart).textContent);
    const target = card.querySelector(".r-plot");
    const config = { responsive: true, displaylogo: false, locale: document.documentElement.lang,
      modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
    window.Plotly.react(target, spec.data, themed(spec), config);
    if (card.dataset.drawn) return;
    card.dataset.drawn = "1";
    target.on("plotly_click", (event) => {
      const address = addressOf(event.points[0]);
      if (address && target.dispatchEvent(new CustomEvent("chart-address", { detail: address, bubbles: true, cancelable: true }))) window.location.assign(address);
    });
    target.on("plotly_hover", (event) => {
      target.style.cursor = addressOf(event.points[0]) ? "pointer" : "";
    });
  }

  function addressOf(point) {
    /* The address is what a point carries last; a page's own path may stand before it. */
    const given = [].concat(point.customdata || []).at(-1);
    return typeof given === "string" && /^[/?]/.test(given) && !given.startsWith("//") ? given : null;
  }

  function load(address) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  }

  async function drawAll() {
    const cards = [...document.querySelectorAll("[data-chart]")].filter((card) => !card.dataset.drawn);
    if (!cards.length) return;
    if (!window.Plotly) {
      await load(cards[0].dataset.plotly);
      speakChinese();
    }
    cards.filter((card) => card.isConnected).forEach(draw);
  }

  let dark = isDark();
  new MutationObserver(() => {
    if (isDark() === dark) return;
    dark = isDark();
    document.querySelectorAll("[data-chart][data-drawn]").forEach(draw);
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });

  /* What htmx brought in has charts of its own. */
  document.addEventListener("htmx:afterSettle", drawAll);

  /* A form whose controls apply themselves. */
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-apply]");
    if (form) form.requestSubmit();
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", drawAll);
  else drawAll();
})();

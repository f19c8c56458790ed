import type { EChartsCoreOption } from "echarts/core";
import { thaiNumber } from "../words";
import type { Figures, Look } from "./figures";

const SERIES = ["--series-a", "--series-b", "--series-c", "--series-d", "--series-e", "--series-f"];

/** The whole picture of one chart, from plain figures and our own colours. */
export function chartOption(figures: Figures, look: Look): EChartsCoreOption {
  const ink = look.colour("--ink-soft");
  const common = {
    color: SERIES.map(look.colour),
    animation: !look.calm,
    animationDuration: 350,
    textStyle: { fontFamily: look.font, fontSize: 13, color: ink },
    legend: {
      show: figures.series.length > 1,
      bottom: 0, itemWidth: 14, itemHeight: 10, icon: "roundRect", textStyle: { color: ink, fontSize: 13 },
    },
    tooltip: tooltip(look),
  };
  return { ...common, grid: { left: 8, right: 20, top: 16, bottom: figures.series.length > 1 ? 40 : 8, containLabel: true }, ...axes(figures, look), series: bars(figures, look) };
}

function tooltip(look: Look) {
  return {
    renderMode: "richText",
    trigger: "axis",
    confine: true,
    axisPointer: { type: look.kind === "line" ? "line" : "shadow" },
    backgroundColor: look.colour("--surface-raised"),
    borderColor: look.colour("--line"),
    textStyle: { color: look.colour("--ink"), fontFamily: look.font, fontSize: 13 },
    valueFormatter: (value: unknown) => (value == null ? "–" : `${thaiNumber(Math.abs(Number(value)))} ${look.unit}`.trim()),
  };
}

function axes(figures: Figures, look: Look) {
  const sideways = look.horizontal || look.kind === "pyramid";
  const names = {
    type: "category",
    data: figures.labels,
    inverse: look.horizontal && look.kind !== "pyramid",
    axisTick: { show: false },
    axisLine: { lineStyle: { color: look.colour("--line-strong") } },
    axisLabel: { color: look.colour("--ink-soft"), fontSize: 13, lineHeight: 22, hideOverlap: true, interval: sideways && look.kind !== "pyramid" ? 0 : "auto", rotate: !sideways && look.narrow && figures.labels.length > 6 ? 40 : 0 },
  };
  const amounts = {
    type: "value",
    splitNumber: look.narrow ? 3 : 5,
    minInterval: 1,
    ...(look.kind === "pyramid" ? evenEnds(figures) : {}),
    splitLine: { lineStyle: { color: look.colour("--line") } },
    axisLabel: { color: look.colour("--ink-faint"), hideOverlap: true, formatter: (value: number) => thaiNumber(Math.abs(value)) },
  };
  return sideways ? { yAxis: names, xAxis: amounts } : { xAxis: names, yAxis: amounts };
}

/** Both sides of a pyramid to one scale, else one sex looks larger than it is. */
function evenEnds(figures: Figures) {
  const widest = Math.max(1, ...figures.series.flatMap((series) => series.values.map((value) => Math.abs(value ?? 0))));
  const step = 10 ** Math.floor(Math.log10(widest));
  const end = Math.ceil(widest / step) * step;
  return { min: -end, max: end };
}

function bars(figures: Figures, look: Look) {
  const line = look.kind === "line";
  return figures.series.map((series, i) => ({
    name: series.name,
    type: line ? "line" : "bar",
    data: look.kind === "pyramid" && i === 0 ? series.values.map((value) => (value == null ? null : -value)) : series.values,
    stack: look.stacked || look.kind === "pyramid" ? "all" : undefined,
    barMaxWidth: 34,
    barCategoryGap: look.kind === "pyramid" ? "12%" : "32%",
    symbolSize: 7,
    lineStyle: { width: 2.5, type: (["solid", "dashed", "dotted"] as const)[i % 3] },
    emphasis: { focus: figures.series.length > 1 ? "series" : "none" },
    itemStyle: line ? {} : { borderRadius: look.stacked || look.kind === "pyramid" ? 2 : look.horizontal ? [0, 4, 4, 0] : [4, 4, 0, 0] },
  }));
}

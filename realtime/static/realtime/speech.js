// What a screen reader is told: at most once in ten seconds, the latest numbers, and never the same again.

const PAUSE = 10_000;

export class Speech {
  constructor(place) {
    this.place = place;
    this.saidAt = performance.now();
    this.timer = null;
    this.news = [];
    this.summary = "";
    this.said = "";
  }

  // `news` is worth saying for itself; the summary only where it has changed.
  say(summary, news = "") {
    this.summary = summary;
    if (news && !this.news.includes(news)) this.news.push(news);
    if (this.timer !== null || (!this.news.length && summary === this.said)) return;
    this.timer = setTimeout(() => this.speak(), Math.max(0, PAUSE - (performance.now() - this.saidAt)));
  }

  speak() {
    this.place.textContent = [...this.news, this.summary].join(" ");
    this.said = this.summary;
    this.saidAt = performance.now();
    this.news = [];
    this.timer = null;
  }
}

/** Reading aloud, where the box has a Chinese voice. */

export class Speech {
  /** `page`: a window. */
  constructor(page) {
    this.page = page;
    this.speech = page.speechSynthesis || null;
  }

  canSpeak() {
    return Boolean(this.speech)
      && this.speech.getVoices().some((voice) => /^(zh|cmn)/i.test(voice.lang));
  }

  say(words) {
    if (!this.canSpeak()) {
      return;
    }
    this.stop();
    const said = new this.page.SpeechSynthesisUtterance(words);
    said.lang = "zh-CN";
    said.rate = 0.9;
    this.speech.speak(said);
  }

  stop() {
    if (this.speech) {
      this.speech.cancel();
    }
  }
}

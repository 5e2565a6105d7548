/** Pairing as the screen sees it: one code after the other until somebody has typed one. */

const OFFLINE_WAIT_MS = 10000;

/**
 * `options`: enrolUrl, statusUrl, size; fetch, wait(ms), random; onCode(words), onState(name),
 * onPaired(address). The secret stays in this object: it is nowhere stored.
 */
export class Enrolment {
  constructor(options) {
    this.options = options;
  }

  async run() {
    for (;;) {
      const offer = await this.offer();
      if (offer && await this.watch(offer)) {
        return;
      }
    }
  }

  /** A new code, or null after a wait. */
  async offer() {
    const { enrolUrl, size, fetch, onCode, onState, wait } = this.options;
    try {
      const response = await fetch(enrolUrl, {
        method: "POST", body: JSON.stringify(size), headers: { "Content-Type": "application/json" },
      });
      if (response.status === 201) {
        const offer = await response.json();
        onCode(offer.code);
        onState("waiting");
        return offer;
      }
      onState(response.status === 429 ? "busy" : "offline");
      await wait(this.later(response));
    } catch (error) {
      onState("offline");
      await wait(OFFLINE_WAIT_MS);
    }
    return null;
  }

  later(response) {
    const seconds = Number(response.headers.get("Retry-After"));
    return seconds > 0 ? seconds * 1000 : OFFLINE_WAIT_MS;
  }

  /** True when paired; false when the code is over. Asks no faster than the server wants. */
  async watch(offer) {
    const { statusUrl, fetch, onState, onPaired, wait, random } = this.options;
    let pause = offer.poll_s * 1000;
    for (;;) {
      await wait(pause + random() * 500);
      let said = null;
      try {
        const response = await fetch(statusUrl, {
          headers: { Authorization: `Bearer ${offer.secret}` }, cache: "no-store",
        });
        if (response.status === 410) {
          return false;
        }
        pause = response.status === 429 ? pause * 2 : offer.poll_s * 1000;
        said = response.status === 200 ? await response.json() : null;
      } catch (error) {
        onState("offline");
      }
      if (said && said.state === "paired") {
        onState("paired");
        onPaired(said.address);
        return true;
      }
      if (said) {
        onState("waiting");
      }
    }
  }
}

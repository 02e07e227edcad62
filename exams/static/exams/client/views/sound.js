// The sound check of the waiting room: a short tone, for papers in which there is something to hear.

import { button, h, write } from "../dom.js";

const LENGTH = 0.6;
const PITCH = 660;

/** Plays a tone that swells and fades. Throws where the browser cannot. */
function tone() {
  const Context = window.AudioContext || window.webkitAudioContext;
  const audio = new Context();
  const source = audio.createOscillator();
  const volume = audio.createGain();
  const now = audio.currentTime;
  source.frequency.value = PITCH;
  volume.gain.setValueAtTime(0.0001, now);
  volume.gain.exponentialRampToValueAtTime(0.4, now + 0.05);
  volume.gain.exponentialRampToValueAtTime(0.0001, now + LENGTH);
  source.connect(volume);
  volume.connect(audio.destination);
  source.onended = () => audio.close();
  source.start(now);
  source.stop(now + LENGTH);
}

export function createSoundCheck({ words: { say } }) {
  const answer = h("p", { class: "muted small-text", role: "status" }, say("sound_why"));
  function play() {
    try {
      tone();
      write(answer, say("sound_played"));
    } catch (problem) {
      write(answer, say("sound_failed"));
    }
  }
  return h("div", { class: "sound-check" }, button(say("sound_try"), play, { class: "button" }), answer);
}

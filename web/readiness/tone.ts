/** Three short tones, made by the browser itself: no file, no secure context. */

const PITCHES = [523, 659, 784];
const LENGTH_S = 0.35;
const GAP_S = 0.15;
const LOUDNESS = 0.25;

export function playTone(): void {
  const context = new AudioContext();
  PITCHES.forEach((pitch, at) => beep(context, pitch, context.currentTime + at * (LENGTH_S + GAP_S)));
  window.setTimeout(() => void context.close(), 1000 * PITCHES.length * (LENGTH_S + GAP_S) + 500);
}

/** Swelling and fading, so that no loudspeaker cracks. */
function beep(context: AudioContext, pitch: number, at: number): void {
  const [source, loudness] = [context.createOscillator(), context.createGain()];
  source.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, at + 0.03);
  loudness.gain.linearRampToValueAtTime(0, at + LENGTH_S);
  source.connect(loudness).connect(context.destination);
  source.start(at);
  source.stop(at + LENGTH_S);
}

// Records the microphone into a file.
import { Button, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Icon } from '../frame/icon.tsx';
import { useLanguage, useWords } from '../frame/page.tsx';
import { durationText } from '../words/formats.ts';

/** What a recording is, and the ending of its name; the first that the browser can make. */
const kinds = [
  ['audio/webm', 'weba'],
  ['audio/mp4', 'm4a'],
  ['audio/ogg', 'ogg'],
] as const;

/** Browsers give a microphone to pages on https and on this machine only. */
const canRecord = (): boolean => typeof MediaRecorder !== 'undefined' && navigator.mediaDevices !== undefined;

export function Recorder({ onFile }: { readonly onFile: (file: File) => void }) {
  const words = useWords();
  const language = useLanguage();
  const recorder = useRef<MediaRecorder>(undefined);
  const [seconds, setSeconds] = useState<number>();
  const [hasFailed, setFailed] = useState(false);
  const isRecording = seconds !== undefined;
  useEffect(() => {
    if (!isRecording) return;
    const begun = performance.now();
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - begun) / 1000)), 500);
    return () => clearInterval(timer);
  }, [isRecording]);
  // Who leaves is no longer listened to, and what was recorded so far is sent nowhere.
  useEffect(
    () => () => {
      if (!recorder.current) return;
      recorder.current.onstop = null;
      for (const track of recorder.current.stream.getTracks()) track.stop();
    },
    [],
  );
  if (!canRecord()) return null;

  const begin = async (): Promise<void> => {
    setFailed(false);
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const [type, ending] = kinds.find(([one]) => MediaRecorder.isTypeSupported(one)) ?? ['audio/webm', 'weba'];
      const made = new MediaRecorder(stream, { mimeType: type });
      const parts: Blob[] = [];
      made.ondataavailable = ({ data }) => parts.push(data);
      made.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        recorder.current = undefined;
        setSeconds(undefined);
        onFile(new File(parts, `recording.${ending}`, { type }));
      };
      recorder.current = made;
      made.start();
      setSeconds(0);
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <Button
        variant={isRecording ? 'light' : 'subtle'}
        color={isRecording ? 'red' : 'indigo'}
        size="compact-sm"
        leftSection={<Icon name={isRecording ? 'stop' : 'microphone'} />}
        onClick={() => (isRecording ? recorder.current?.stop() : void begin())}
      >
        {isRecording ? words.recording(durationText(seconds, words, language)) : words.record}
      </Button>
      {hasFailed ? (
        <Text size="sm" c="red" role="alert">
          {words.noMicrophone}
        </Text>
      ) : null}
    </>
  );
}

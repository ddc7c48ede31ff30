// The variables of the environment that the Python client knows.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hubSettings } from './hub-settings.ts';

describe('hubSettings', () => {
  it('reads the environment, and options before it', () => {
    const home = mkdtempSync(path.join(tmpdir(), 'hf-'));
    writeFileSync(path.join(home, 'token'), 'hf_file\n');
    expect(hubSettings({}, { HF_HOME: home })).toEqual({
      endpoint: 'https://huggingface.co',
      cacheDir: path.join(home, 'hub'),
      offline: false,
      token: 'hf_file',
    });
    const environment = {
      HF_HOME: home,
      HF_HUB_CACHE: '/c',
      HF_ENDPOINT: 'https://mirror/x/',
      HF_TOKEN: 'hf_env',
      HF_HUB_OFFLINE: '1',
    };
    expect(hubSettings({}, environment)).toEqual({
      endpoint: 'https://mirror/x',
      cacheDir: path.resolve('/c'),
      offline: true,
      token: 'hf_env',
    });
    const own = { endpoint: 'http://own', cacheDir: '~/缓存', offline: false, token: 'hf_own' };
    expect(hubSettings(own, environment)).toEqual({ ...own, cacheDir: path.join(homedir(), '缓存') });
    expect(hubSettings({}, { XDG_CACHE_HOME: '/x' })).toMatchObject({
      cacheDir: path.resolve('/x/huggingface/hub'),
      token: undefined,
    });
  });
});

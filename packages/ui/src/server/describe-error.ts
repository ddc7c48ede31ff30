// What of an error may be shown to a visitor.
import { type ErrorTag, ModeshiftError } from '@modeshift/core';
import { redactSecrets } from '@modeshift/core/provider';

/** Errors whose messages may name places on disk or defects. */
type HiddenTag = 'storage' | 'internal';

const hidden: ReadonlySet<string> = new Set<HiddenTag>(['storage', 'internal']);

/** Said instead of what must not be shown. */
const generic = { en: 'The function failed. The log of the server says why.', zh: '执行失败，原因见服务器的日志。' };

/** What went wrong, in Chinese: messages of the packages are English. */
const chinese: Readonly<Record<Exclude<ErrorTag, HiddenTag>, string>> = {
  'invalid-input': '输入或设置有误',
  unsupported: '模型做不到所要求的事',
  authentication: '没有密钥，或者密钥不被接受',
  'not-found': '找不到所要的模型、文件或记录',
  'rate-limit': '请求太多，请稍后再试',
  quota: '余额或配额已用完',
  'context-length': '文本超过了模型能读的长度',
  'content-filter': '内容被模型的提供方拦下',
  refused: '模型的提供方拒绝了请求',
  server: '模型的服务器出了故障，请稍后再试',
  network: '连接不上服务器',
  interrupted: '回答在中途断开',
  timeout: '超过了时限',
  aborted: '已取消',
  'invalid-response': '回答不符合要求的格式',
  budget: '会超过所设的预算',
};

/** What a visitor is told of an error. */
export interface DescribedError {
  readonly message: string;
  /** Whether the error's own words are kept from the visitor. */
  readonly isHidden: boolean;
}

/**
 * The message of a `ModeshiftError`, which is written for people, without what looks like a key. For readers of Chinese the kind of error
 * stands before a message that is not Chinese. Other errors may hold anything, so nothing of them is told.
 */
export function describeError(error: unknown, language: 'en' | 'zh'): DescribedError {
  if (!ModeshiftError.is(error) || hidden.has(error.reason.tag)) return { message: generic[language], isHidden: true };
  const told = redactSecrets(error.message);
  const words = told.length > 2000 ? `${told.slice(0, 2000)}…` : told;
  const kind =
    language === 'zh' && !/\p{Script=Han}/u.test(words) ? chinese[error.reason.tag as keyof typeof chinese] : undefined;
  return { message: kind === undefined ? words : `${kind}。（${words}）`, isHidden: false };
}

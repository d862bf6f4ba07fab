export { h, render, Component, createContext } from 'preact';
export type { VNode, ComponentChildren, Ref } from 'preact';
export * from 'preact/hooks';
export function html(strings: TemplateStringsArray, ...values: unknown[]): import('preact').VNode;

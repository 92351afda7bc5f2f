import type { Node } from './tree.js';

/** The nodes directly inside a node, in the order of the text. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'variable':
    case 'integer':
    case 'float':
    case 'uri':
    case 'search-path':
    case 'text':
    case 'identifier-name':
    case 'name':
      return [];
    case 'string':
    case 'path':
      return node.parts;
    case 'interpolation':
    case 'parenthesised':
    case 'dynamic-name':
      return [node.expression];
    case 'list':
      return node.items;
    case 'set':
    case 'legacy-let':
      return node.bindings;
    case 'let':
      return [...node.bindings, node.body];
    case 'with':
      return [node.scope, node.body];
    case 'assert':
      return [node.condition, node.body];
    case 'if':
      return [node.condition, node.consequent, node.alternative];
    case 'lambda':
      return [node.parameter, node.body];
    case 'pattern':
      return node.formals;
    case 'formal':
      return node.fallback === null ? [] : [node.fallback];
    case 'application':
      return [node.function, ...node.arguments];
    case 'selection':
      return node.fallback === null ? [node.target, ...node.path] : [node.target, ...node.path, node.fallback];
    case 'has-attribute':
      return [node.target, ...node.path];
    case 'prefixed':
      return [node.operand];
    case 'operation':
      return node.operands;
    case 'string-name':
      return [node.string];
    case 'assignment':
      return [...node.path, node.value];
    case 'inherit':
      return node.source === null ? node.names : [node.source, ...node.names];
  }
}

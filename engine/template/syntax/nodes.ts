// The shapes that the parser gives to the interpreter: nunjucks' node classes where its parser is used as it is, plain
// objects of the same form elsewhere. Told apart by `typename`, as nunjucks does.

/** Where a node starts inside the text. Counted from 0, as nunjucks counts. */
export interface Place {
  readonly lineno: number;
  readonly colno: number;
}

/** Arguments of a call, filter or test. */
export interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [string, Expression])[];
  readonly spread: Expression | undefined;
  readonly spreadNamed: Expression | undefined;
}

/** Parameters of a macro or call block. */
export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | undefined;
}

/** A literal's value; integers beyond a safe number are bigint, floats are wrapped to stay apart from integers. */
export type LiteralValue = null | boolean | number | bigint | string | { readonly float: number };

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export type Expression = Place &
  (
    | { readonly typename: 'Literal'; readonly value: LiteralValue }
    | { readonly typename: 'Symbol'; readonly value: string }
    | { readonly typename: 'Tuple'; readonly items: readonly Expression[] }
    | { readonly typename: 'List'; readonly items: readonly Expression[] }
    | { readonly typename: 'DictLiteral'; readonly pairs: readonly (readonly [Expression, Expression])[] }
    | { readonly typename: 'Attribute'; readonly target: Expression; readonly name: string }
    | { readonly typename: 'Index'; readonly target: Expression; readonly index: Expression }
    | {
        readonly typename: 'Slice';
        readonly start: Expression | undefined;
        readonly stop: Expression | undefined;
        readonly step: Expression | undefined;
      }
    | { readonly typename: 'Call'; readonly target: Expression; readonly args: Arguments }
    | FilterExpression
    | {
        readonly typename: 'Test';
        readonly target: Expression;
        readonly name: string;
        readonly args: Arguments;
      }
    | { readonly typename: 'Unary'; readonly operator: '-' | '+'; readonly target: Expression }
    | {
        readonly typename: 'Binary';
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly typename: 'Concatenation'; readonly items: readonly Expression[] }
    | {
        readonly typename: 'Comparison';
        readonly first: Expression;
        readonly rest: readonly { readonly operator: CompareOperator; readonly operand: Expression }[];
      }
    | { readonly typename: 'And' | 'Or'; readonly left: Expression; readonly right: Expression }
    | { readonly typename: 'Not'; readonly target: Expression }
    | {
        readonly typename: 'InlineIf';
        readonly body: Expression;
        readonly cond: Expression;
        readonly else_: Expression | null;
      }
  );

export interface FilterExpression extends Place {
  readonly typename: 'Filter';
  /** What is filtered; undefined in a `filter` or `set` block, where it is the block's text. */
  readonly target: Expression | undefined;
  readonly name: string;
  readonly args: Arguments;
}

export interface Body extends Place {
  readonly typename: 'NodeList' | 'Root';
  readonly children: readonly Statement[];
}

/** What `set` or `for` assign to. */
export type AssignTarget =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'attribute'; readonly name: string; readonly attribute: string }
  | { readonly kind: 'tuple'; readonly items: readonly AssignTarget[] };

export type Statement = Place &
  (
    | { readonly typename: 'Output'; readonly children: readonly (Expression | TemplateData)[] }
    | {
        readonly typename: 'If';
        readonly cond: Expression;
        readonly body: Body;
        readonly else_: Body | Extract<Statement, { typename: 'If' }> | null;
      }
    | {
        readonly typename: 'ForLoop';
        readonly target: AssignTarget;
        readonly items: Expression;
        readonly condition: Expression | undefined;
        readonly recursive: boolean;
        readonly body: Body;
        readonly otherwise: Body | undefined;
      }
    | { readonly typename: 'Assign'; readonly target: AssignTarget; readonly value: Expression }
    | {
        readonly typename: 'AssignBlock';
        readonly target: AssignTarget;
        readonly filter: FilterExpression | undefined;
        readonly body: Body;
      }
    | {
        readonly typename: 'MacroDefinition';
        readonly name: string;
        readonly parameters: readonly Parameter[];
        readonly body: Body;
      }
    | {
        readonly typename: 'CallBlock';
        readonly call: Extract<Expression, { typename: 'Call' }>;
        readonly parameters: readonly Parameter[];
        readonly body: Body;
      }
    | { readonly typename: 'FilterBlock'; readonly filter: FilterExpression; readonly body: Body }
    | {
        readonly typename: 'With';
        readonly assigns: readonly { readonly target: AssignTarget; readonly value: Expression }[];
        readonly body: Body;
      }
    | { readonly typename: 'Do'; readonly value: Expression }
    | {
        readonly typename: 'NamedBlock';
        readonly name: string;
        readonly scoped: boolean;
        readonly required: boolean;
        readonly body: Body;
      }
    | { readonly typename: 'Extends'; readonly template: Expression }
    | {
        readonly typename: 'IncludeTemplate';
        readonly template: Expression;
        readonly ignoreMissing: boolean;
        readonly withContext: boolean;
      }
    | {
        readonly typename: 'Import';
        readonly template: Expression;
        readonly target: Extract<Expression, { typename: 'Symbol' }>;
        readonly withContext: boolean | null;
      }
    | {
        readonly typename: 'FromTemplate';
        readonly template: Expression;
        readonly names: readonly (readonly [string, string])[];
        readonly withContext: boolean;
      }
    | { readonly typename: 'Scoped'; readonly body: Body }
  );

export interface TemplateData extends Place {
  readonly typename: 'TemplateData';
  readonly value: string;
}

/** Parts of a statement by its type name, for functions that take one kind. */
export type StatementOf<T extends Statement['typename']> = Extract<Statement, { typename: T }>;
export type ExpressionOf<T extends Expression['typename']> = Extract<Expression, { typename: T }>;

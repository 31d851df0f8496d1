import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const strict = {
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  // What is held by `using` is used at the end of its block.
  '@typescript-eslint/no-unused-vars': ['error', { ignoreUsingDeclarations: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  // Dense numeric kernels index typed arrays whose bounds the loop already guarantees.
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
};

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'reports/', '.cache/', '.likeness/', '*.cjs'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...ts.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['renderer/vite.config.ts'] } },
    },
    rules: strict,
  },
  ...svelte.configs['flat/recommended'],
  ...svelte.configs['flat/prettier'],
  {
    files: ['**/*.svelte.ts'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
  },
  {
    // svelte-check knows the types of components; these rules look at one file at a time.
    files: ['**/*.svelte'],
    plugins: { '@typescript-eslint': ts.plugin },
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
    rules: {
      ...ts.configs.strict.reduce((all, { rules }) => ({ ...all, ...rules }), {}),
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-undef': 'off',
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }],
      // The part of the address behind `#` is the route; there is no SvelteKit to resolve it.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    // Below the shells an error says what happened; what to type or click, the shell adds.
    files: ['{contract,foundation,db,native-models}/**/*.ts', 'app/{services,model-host}/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...['Literal[value=/X/]', 'TemplateElement[value.cooked=/X/]'].map((selector) => ({
          selector: selector.replace(
            'X',
            '`(likeness|npm) |\\b(with|by|add|name) --[a-z]|from --|with --',
          ),
          message: 'Words of a command line belong into app/shells/cli.',
        })),
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  prettier,
);

import js from '@eslint/js';
import jupyterPlugin from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default defineConfig([
  {
    ignores: [
      '**/node_modules/**',
      '**/.work/**',
      '**/test-results/**',
      'coverage/**',
      'lib/**',
      '**/*.d.ts'
    ]
  },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { ...globals.node } }
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    ignores: ['src/**/*.test.ts', 'src/testing/**'],
    plugins: { jupyter: jupyterPlugin },
    extends: [jupyterPlugin.configs.recommended],
    rules: {
      // What marks cells is needed as soon as a notebook opens: every lazy part of it would be one more request
      // before the first badge. Panels that open later are lazy, see shared/lazyPanel.ts and scripts/check-size.mjs.
      'jupyter/prefer-lazy-imports': 'off'
    },
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname
      }
    }
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      '@typescript-eslint/no-explicit-any': 'error',
      'max-lines': ['error', 400],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.name='fetch']",
          message:
            'Use ISeptApi: ServerConnection adds the token and the XSRF header.'
        }
      ],
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'prefer-arrow-callback': 'error'
    }
  },
  {
    // Written by scripts/generate-types.mjs, as long as the schema.
    files: ['src/api/generated.ts'],
    rules: { 'max-lines': 'off' }
  },
  prettier
]);

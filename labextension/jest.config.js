/** Unit tests cover the pure modules only; everything with a widget in it is covered by ui-tests. */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.test.ts'],
  transform: {
    '^.+\\.tsx?$': [
      'ts-jest',
      {
        // `tsc -p tsconfig.test.json` checks the types; here they are only stripped.
        diagnostics: false,
        tsconfig: {
          module: 'commonjs',
          moduleResolution: 'node',
          target: 'ES2021',
          esModuleInterop: true,
          isolatedModules: true,
          jsx: 'react'
        }
      }
    ]
  },
  coverageDirectory: 'coverage',
  collectCoverageFrom: [
    'src/**/*.ts',
    '!src/**/plugin.ts',
    '!src/api/generated.ts'
  ]
};

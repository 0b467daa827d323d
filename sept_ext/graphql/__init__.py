"""The only place with graphql-core: the contract, its resolvers, and running documents."""

"""What loyalty is: programmes, members, points, orders, rewards. Knows no GraphQL and no HTTP."""

//! The adapter of the admin port that asks documented HTTP routes.

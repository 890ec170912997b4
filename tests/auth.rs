//! `/v1/auth`

mod backoff;
mod cookie;
mod delete_account;
mod jwks;
mod login;
mod me;
mod refresh;
mod register;
mod sessions;
mod token;

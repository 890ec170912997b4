//! `/v1/auth`

mod cookie;
mod delete_account;
mod jwks;
mod lockout;
mod login;
mod me;
mod refresh;
mod register;
mod sessions;
mod token;

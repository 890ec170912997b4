//! `/v1/auth`

mod login;
mod me;
mod register;
mod token;

//! `/v1/admin`, and the function `admin-bootstrap`.

mod bootstrap;
mod last_admin;
mod stats;
mod users;

/// A group of routes that share a quota.
///
/// To change a quota:
/// 1. Change it in `name_and_quota`.
/// 2. Change the table "Rate limits" in `docs/API.md` and run `make openapi`.
/// 3. Change the expected numbers in `tests/rate_limits.rs`.
///
/// `make check` fails until the documents agree. For one deployment, the variable
/// `RATE_LIMIT_FACTOR` multiplies all quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "`name_and_quota` describes the variants")]
pub enum Group {
    Login,
    Register,
    Refresh,
    Account,
    Password,
    WatchlistsList,
    WatchlistsWrite,
    CustomersRead,
    CustomersWrite,
    Products,
    Admin,
    External,
}

impl Group {
    /// All groups.
    pub const ALL: [Self; 12] = [
        Self::Login,
        Self::Register,
        Self::Refresh,
        Self::Account,
        Self::Password,
        Self::WatchlistsList,
        Self::WatchlistsWrite,
        Self::CustomersRead,
        Self::CustomersWrite,
        Self::Products,
        Self::Admin,
        Self::External,
    ];

    const fn name_and_quota(self) -> (&'static str, u32) {
        match self {
            // Login, Register and Refresh are counted by source address, before a password is
            // hashed.
            Self::Login => ("login", 5),
            Self::Register => ("register", 10),
            Self::Refresh => ("refresh", 30),
            // Account to Admin are counted by user.
            Self::Account => ("account", 60),
            // Password: the routes that require the password of a signed-in user. Each attempt is
            // hashed.
            Self::Password => ("password", 10),
            Self::WatchlistsList => ("watchlists:list", 60),
            Self::WatchlistsWrite => ("watchlists:write", 30),
            Self::CustomersRead => ("customers:read", 60),
            Self::CustomersWrite => ("customers:write", 30),
            Self::Products => ("products", 60),
            Self::Admin => ("admin", 120),
            // External is counted by user if signed in, otherwise by source address.
            Self::External => ("external", 60),
        }
    }

    /// The name that is sent to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.name_and_quota().0
    }

    /// Requests per minute, before multiplication by `RATE_LIMIT_FACTOR`.
    #[must_use]
    pub const fn per_minute(self) -> u32 {
        self.name_and_quota().1
    }
}

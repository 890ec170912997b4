/// Routes that share a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the table in `name_and_quota` says it all")]
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
    /// All of them.
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
            // By source address, before any password is hashed.
            Self::Login => ("login", 5),
            Self::Register => ("register", 10),
            Self::Refresh => ("refresh", 30),
            // By user.
            Self::Account => ("account", 60),
            // Who is signed in and must give the password again: each try is hashed.
            Self::Password => ("password", 10),
            Self::WatchlistsList => ("watchlists:list", 60),
            Self::WatchlistsWrite => ("watchlists:write", 30),
            Self::CustomersRead => ("customers:read", 60),
            Self::CustomersWrite => ("customers:write", 30),
            Self::Products => ("products", 60),
            Self::Admin => ("admin", 120),
            // By user where there is one, else by source address.
            Self::External => ("external", 60),
        }
    }

    /// The name that clients see.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.name_and_quota().0
    }

    /// Requests a minute, before `RATE_LIMIT_FACTOR`.
    #[must_use]
    pub const fn per_minute(self) -> u32 {
        self.name_and_quota().1
    }
}

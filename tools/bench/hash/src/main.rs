//! The floor of a sign-in: one argon2id hash with the parameters of the functions, in memory that
//! is kept. Prints the CPU time of several hashes in nanoseconds, one line each.

use std::io::Write;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use rustix::time::{ClockId, clock_gettime};

/// Hashes after the first, which touches its memory for the first time and is not printed.
const HASHES: usize = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let params = Params::new(19_456, 2, 1, None)?;
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; 32];
    for number in 0..=HASHES {
        let started = nanoseconds();
        argon2.hash_password_into_with_memory(
            b"correct horse battery staple",
            b"sixteen bytes...",
            &mut hash,
            &mut memory,
        )?;
        let elapsed = nanoseconds() - started;
        if number > 0 {
            writeln!(std::io::stdout(), "{elapsed}")?;
        }
    }
    Ok(())
}

fn nanoseconds() -> i64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

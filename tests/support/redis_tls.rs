use std::{cell::Cell, fs, path::Path};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use super::{ports::unused_port, redis_server::RedisServer, wait};

/// A real Redis that resembles `ElastiCache` Serverless: TLS, a user whose password and access
/// string limit what it may do (`infra/cache.yaml`), and cluster mode, which rejects a script that
/// touches undeclared keys or several slots.
pub(crate) struct RedisTls {
    pub(crate) server: RedisServer,
    port: u16,
    ca_pem: String,
    _folder: TempDir,
}

impl RedisTls {
    /// Starts the server. `access` is the access string of the user `app`, as in
    /// `infra/cache.yaml`.
    pub(crate) fn start(access: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ca_pem = write_certificates(folder.path());
        let (port, file) = (Cell::new(0), |name: &str| folder.path().join(name).display().to_string());
        let (ca, certificate, key) = (file("ca.pem"), file("certificate.pem"), file("key.pem"));
        // The default cluster bus port is 10,000 above the port and may exceed 65,535.
        let server = RedisServer::start_with(|| {
            port.set(unused_port());
            format!(
                "--tls-port {} --tls-ca-cert-file {ca} --tls-cert-file {certificate} --tls-key-file {key} \
                 --tls-auth-clients no --cluster-enabled yes --cluster-port {} --cluster-config-file {}",
                port.get(),
                unused_port(),
                file("nodes.conf")
            )
        });
        assert_eq!(server.command(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]), "OK");
        wait::until("the cluster", || server.command(&["CLUSTER", "INFO"]).contains("cluster_state:ok"));
        // Redis before 7.2 does not have this command, and the client works without it.
        let access = access.split_whitespace().filter(|rule| *rule != "+client|setinfo");
        let rules: Vec<&str> = ["ACL", "SETUSER", "app", ">secret"].into_iter().chain(access).collect();
        assert_eq!(server.command(&rules), "OK");
        Self { server, port: port.get(), ca_pem, _folder: folder }
    }

    /// The URL for the user `app` with this password. The right one is `secret`.
    pub(crate) fn url(&self, password: &str) -> String {
        format!("rediss://app:{password}@localhost:{}/", self.port)
    }

    /// The certificate of the authority that signed the server's certificate.
    pub(crate) fn ca_pem(&self) -> String {
        self.ca_pem.clone()
    }
}

fn write_certificates(folder: &Path) -> String {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    fs::write(folder.join("certificate.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    authority.pem()
}

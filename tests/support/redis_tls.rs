use std::{fs, path::Path};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use super::redis::{RedisServer, closed_port, wait_for};

/// A real Redis as `ElastiCache` Serverless offers it: TLS, a user with a password who may do only what `infra/cache.yaml`
/// allows, and a cluster, which refuses a script that touches keys it did not declare or that lie in several slots.
pub(crate) struct RedisTls {
    pub(crate) server: RedisServer,
    port: u16,
    ca_pem: String,
    _folder: TempDir,
}

impl RedisTls {
    /// `access` is the access string of the user `app`, as in `infra/cache.yaml`.
    pub(crate) fn start(access: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ca_pem = write_certificates(folder.path());
        // By default the nodes of a cluster talk at a port 10 000 higher, which may be none.
        let (port, cluster_port, file) =
            (closed_port(), closed_port(), |name: &str| folder.path().join(name).display().to_string());
        let (ca, certificate, key) = (file("ca.pem"), file("certificate.pem"), file("key.pem"));
        let server = RedisServer::start(&format!(
            "--tls-port {port} --tls-ca-cert-file {ca} --tls-cert-file {certificate} --tls-key-file {key} \
             --tls-auth-clients no --cluster-enabled yes --cluster-port {cluster_port} --cluster-config-file {}",
            file("nodes.conf")
        ));
        assert_eq!(server.command(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]), "OK");
        wait_for("the cluster", || server.command(&["CLUSTER", "INFO"]).contains("cluster_state:ok"));
        // Redis before 7.2 has no such command, and the client does without.
        let access = access.split_whitespace().filter(|rule| *rule != "+client|setinfo");
        let rules: Vec<&str> = ["ACL", "SETUSER", "app", ">secret"].into_iter().chain(access).collect();
        assert_eq!(server.command(&rules), "OK");
        Self { server, port, ca_pem, _folder: folder }
    }

    /// With the password of the user `app`, which is `secret`.
    pub(crate) fn url(&self, password: &str) -> String {
        format!("rediss://app:{password}@localhost:{}/", self.port)
    }

    /// Who signed its certificate.
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

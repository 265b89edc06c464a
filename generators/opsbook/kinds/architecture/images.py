"""What well-known container images are: by them an imported model guesses types, and drift compares versions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from opsbook.kinds.architecture.model import ElementType


@dataclass(frozen=True)
class Product:
    """Something that runs without being built: a database, a broker, a proxy."""

    name: str
    """As people write it under `technology`."""
    type: ElementType
    """What an element is that runs it."""
    images: tuple[str, ...]
    """The repositories whose tags are its own versions, without registry."""
    others: tuple[str, ...] = ()
    """Further repositories, whose tags are versions of something else."""
    spellings: tuple[str, ...] = ()
    """Other names under which people know it."""
    schemes: tuple[str, ...] = ()
    """How addresses of it begin: `postgres` of `postgres://`."""


PRODUCTS = (
    Product(
        "PostgreSQL",
        "database",
        ("postgres", "postgresql", "postgis/postgis", "bitnami/postgresql"),
        ("pgvector/pgvector", "timescale/timescaledb", "timescale/timescaledb-ha", "supabase/postgres"),
        ("Postgres",),
        ("postgres", "postgresql"),
    ),
    Product("MySQL", "database", ("mysql", "mysql/mysql-server", "bitnami/mysql"), schemes=("mysql", "mysql2")),
    Product("MariaDB", "database", ("mariadb", "bitnami/mariadb"), schemes=("mariadb",)),
    Product("Percona Server", "database", ("percona", "percona/percona-server")),
    Product("SQL Server", "database", ("mssql/server",), schemes=("mssql", "sqlserver")),
    Product("Oracle Database", "database", ("gvenzl/oracle-free", "gvenzl/oracle-xe")),
    Product("MongoDB", "database", ("mongo", "bitnami/mongodb"), spellings=("Mongo",), schemes=("mongodb",)),
    Product("CouchDB", "database", ("couchdb",)),
    Product("Cassandra", "database", ("cassandra", "bitnami/cassandra")),
    Product("ScyllaDB", "database", ("scylladb/scylla",), spellings=("Scylla",)),
    Product("CockroachDB", "database", ("cockroachdb/cockroach",)),
    Product("ClickHouse", "database", ("clickhouse", "clickhouse/clickhouse-server"), schemes=("clickhouse",)),
    Product("InfluxDB", "database", ("influxdb",)),
    Product("Neo4j", "database", ("neo4j",), schemes=("neo4j",)),
    Product("DynamoDB Local", "database", ("amazon/dynamodb-local",)),
    Product("Elasticsearch", "database", ("elasticsearch", "elasticsearch/elasticsearch", "bitnami/elasticsearch")),
    Product("OpenSearch", "database", ("opensearchproject/opensearch",)),
    Product("Meilisearch", "database", ("getmeili/meilisearch",)),
    Product("Typesense", "database", ("typesense/typesense",)),
    Product("Qdrant", "database", ("qdrant/qdrant",)),
    Product("Weaviate", "database", ("semitechnologies/weaviate", "weaviate/weaviate")),
    Product("Redis", "database", ("redis", "bitnami/redis"), ("redis/redis-stack",), schemes=("redis", "rediss")),
    Product("Valkey", "database", ("valkey/valkey", "bitnami/valkey"), schemes=("valkey",)),
    Product("KeyDB", "database", ("eqalpha/keydb",)),
    Product("Dragonfly", "database", ("dragonflydb/dragonfly",)),
    Product("Memcached", "database", ("memcached", "bitnami/memcached")),
    Product("etcd", "database", ("etcd-development/etcd", "bitnami/etcd")),
    Product("RabbitMQ", "queue", ("rabbitmq", "bitnami/rabbitmq"), schemes=("amqp", "amqps")),
    Product(
        "Kafka",
        "queue",
        ("apache/kafka", "bitnami/kafka"),
        ("confluentinc/cp-kafka", "confluentinc/cp-server", "wurstmeister/kafka"),
        schemes=("kafka",),
    ),
    Product("Redpanda", "queue", ("redpandadata/redpanda",)),
    Product("NATS", "queue", ("nats",), schemes=("nats",)),
    Product("ActiveMQ", "queue", ("apache/activemq-classic", "apache/activemq-artemis")),
    Product("Pulsar", "queue", ("apachepulsar/pulsar",), schemes=("pulsar",)),
    Product("Mosquitto", "queue", ("eclipse-mosquitto",), schemes=("mqtt", "mqtts")),
    Product("EMQX", "queue", ("emqx", "emqx/emqx")),
    Product("ElasticMQ", "queue", ("softwaremill/elasticmq", "softwaremill/elasticmq-native")),
    Product("MinIO", "storage", ("minio/minio", "bitnami/minio")),
    Product("SeaweedFS", "storage", ("chrislusf/seaweedfs",)),
    Product("registry", "storage", ("registry",)),
    Product("nginx", "container", ("nginx", "nginxinc/nginx-unprivileged", "bitnami/nginx")),
    Product("Apache httpd", "container", ("httpd",)),
    Product("Caddy", "container", ("caddy",)),
    Product("Traefik", "container", ("traefik",)),
    Product("HAProxy", "container", ("haproxy",)),
    Product("Envoy", "container", ("envoyproxy/envoy",)),
    Product("Kong", "container", ("kong",)),
    Product("Varnish", "container", ("varnish",)),
    Product("ZooKeeper", "container", ("zookeeper", "bitnami/zookeeper"), ("confluentinc/cp-zookeeper",)),
    Product("Keycloak", "container", ("keycloak/keycloak",)),
    Product("Vault", "container", ("hashicorp/vault",)),
    Product("Consul", "container", ("hashicorp/consul",)),
    Product("Prometheus", "container", ("prom/prometheus",)),
    Product("Alertmanager", "container", ("prom/alertmanager",)),
    Product("Grafana", "container", ("grafana/grafana", "grafana/grafana-oss")),
    Product("Loki", "container", ("grafana/loki",)),
    Product("Jaeger", "container", ("jaegertracing/all-in-one", "jaegertracing/jaeger")),
    Product("OpenTelemetry Collector", "container", ("otel/opentelemetry-collector",)),
    Product("WordPress", "container", ("wordpress",)),
    Product("LocalStack", "external", ("localstack/localstack",)),
    Product("Mailpit", "external", ("axllent/mailpit",)),
    Product("MailHog", "external", ("mailhog/mailhog",)),
    Product("WireMock", "external", ("wiremock/wiremock",)),
    Product("MockServer", "external", ("mockserver/mockserver",)),
    Product("Stripe mock", "external", ("stripe/stripe-mock",)),
)
"""A test keeps repositories and names apart. Doubles of what others run are external: so is what they stand for."""


@dataclass(frozen=True)
class Image:
    """What the name of an image tells."""

    repository: str
    """Without registry, tag and digest: `bitnami/redis`."""
    product: Product | None = None
    certain: bool = False
    """Whether the whole repository is known, and not only its last word: `acme/redis` may be anything."""
    version: str = ""
    """The product's version as far as the tag says it: `16`, `7.2`; empty where it does not."""


_NAME = re.compile(r"(?P<repository>[^:@]+)(?::(?P<tag>[^@:]+))?(?:@.*)?")
_VERSION = re.compile(r"v?([0-9]{1,4}(?:\.[0-9]{1,4}){0,3})(?![0-9A-Za-z.])")
_VARIABLE = re.compile(r"\$\{[A-Za-z_]\w*(?::?-(?P<default>[^{}$]*))?\}")


def image(name: str) -> Image:
    """Read the name of an image: `registry.example.com/library/postgres:16-alpine@sha256:…`.

    A variable in it (`${TAG:-16}`) may be set to anything, so that what it stands for tells nothing about versions.
    """
    plain = _VARIABLE.sub(lambda match: match["default"] or "", name.strip())
    host, slash, rest = plain.partition("/")
    if slash and (host == "" or "." in host or ":" in host or host == "localhost"):
        plain = rest
    read = _NAME.fullmatch(plain)
    if not read:
        return Image("")
    repository = read["repository"].removeprefix("library/").lower()
    tag = read["tag"] or ""
    official, known = _official().get(repository), _others().get(repository)
    guessed = _official().get(repository.rpartition("/")[2])
    version = _VERSION.match(tag) if official and "$" not in name else None
    return Image(repository, official or known or guessed, bool(official or known), version[1] if version else "")


@cache
def _official() -> dict[str, Product]:
    return {repository: product for product in PRODUCTS for repository in product.images}


@cache
def _others() -> dict[str, Product]:
    return {repository: product for product in PRODUCTS for repository in product.others}


def product_of_scheme(scheme: str) -> Product | None:
    """The product whose addresses begin with a scheme: `postgresql+asyncpg`."""
    plain = scheme.lower().partition("+")[0]
    return next((product for product in PRODUCTS if plain in product.schemes), None)


@dataclass(frozen=True)
class Named:
    """A product as a text about technology names it."""

    product: Product
    version: str


def named(technology: str) -> Named | None:
    """The product with which a text about technology begins, and its version: `PostgreSQL 16 with PostGIS`.

    A product further on is only mentioned there: `Reads from Redis`.
    """
    for spelling, product in _spellings():
        if technology.lower().startswith(spelling):
            rest = technology[len(spelling) :]
            if not rest or not (rest[0].isalnum() or rest[0] in "-_"):
                version = _VERSION.match(rest.strip())
                return Named(product, version[1] if version else "")
    return None


@cache
def _spellings() -> list[tuple[str, Product]]:
    """The longest first, so that `Redis` does not hide what begins with it."""
    found = [(name.lower(), one) for one in PRODUCTS for name in (one.name, *one.spellings)]
    return sorted(found, key=lambda pair: (-len(pair[0]), pair[0]))

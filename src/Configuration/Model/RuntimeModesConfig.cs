namespace GpuContainers.Configuration.Model;

/// <summary><c>[nvidia-container-runtime.modes.*]</c>: what the single modes need.</summary>
public sealed record RuntimeModesConfig
{
    /// <summary><c>cdi.spec-dirs</c>: CDI directories; later ones have priority.</summary>
    public IReadOnlyList<string> CdiSpecDirectories { get; init; } = ["/etc/cdi", "/var/run/cdi"];

    /// <summary><c>cdi.default-kind</c>: the kind of unqualified device names in mode cdi.</summary>
    public string CdiDefaultKind { get; init; } = "nvidia.com/gpu";

    /// <summary><c>cdi.annotation-prefixes</c>: prefixes of annotation keys that carry requests.</summary>
    public IReadOnlyList<string> CdiAnnotationPrefixes { get; init; } = ["cdi.k8s.io/"];

    /// <summary>
    /// <c>cdi.allowed-kinds</c>: kinds ("vendor/class", or "vendor/*") of qualified names that a container's environment may ask for; empty means all.
    /// </summary>
    public IReadOnlyList<string> CdiAllowedKinds { get; init; } = [];

    /// <summary><c>csv.mount-spec-path</c>: the directory of the CSV files.</summary>
    public string CsvMountSpecPath { get; init; } = "/etc/nvidia-container-runtime/host-files-for-container.d";

    /// <summary><c>csv.compat-container-root</c>: the directory of the compat libraries in the container; empty means /usr/local/cuda/compat_orin.</summary>
    public string CsvCompatContainerRoot { get; init; } = "";

    /// <summary><c>jit-cdi.nvcdi-feature-flags</c>: flags of the generator.</summary>
    public IReadOnlyList<string> GeneratorFeatureFlags { get; init; } = [];

    /// <summary><c>jit-cdi.nvcdi-disable-hooks</c>: hooks not to generate.</summary>
    public IReadOnlyList<string> GeneratorDisabledHooks { get; init; } = [];

    /// <summary><c>legacy.cuda-compat-mode</c>, as written.</summary>
    public string LegacyCudaCompatMode { get; init; } = "ldconfig";

    /// <summary>
    /// <c>legacy.device-rules</c>: whether the rules for the devices that the prestart hook brings are written into the specification too: "auto" where systemd
    /// manages the container's group, "always", "never".
    /// </summary>
    public string LegacyDeviceRules { get; init; } = "auto";
}

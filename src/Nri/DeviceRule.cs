using GpuContainers.Nri.Protocol;

namespace GpuContainers.Nri;

/// <summary>Which CDI devices a container gets: those that its pod's annotations name, with management devices kept for some namespaces.</summary>
/// <param name="ManagementNamespaces">The namespaces whose pods may have management devices.</param>
/// <param name="ManagementKind">The CDI kind (vendor/class) of this node's management devices, kept for these namespaces as well as the usual one.</param>
public sealed record DeviceRule(IReadOnlyCollection<string> ManagementNamespaces, string ManagementKind = DeviceRule.DefaultManagementKind)
{
    /// <summary>The CDI kind of management devices unless configured otherwise; always protected.</summary>
    public const string DefaultManagementKind = "management.nvidia.com/gpu";

    /// <summary>
    /// The annotation that holds for every container of a pod; the more specific ones are this name with "/pod" or "/container.NAME" behind it.
    /// </summary>
    public const string Annotation = "nvidia.cdi.k8s.io";

    /// <summary>The devices of one container; none where the pod asks for none, or for management devices from another namespace.</summary>
    internal DeviceDecision Decide(PodSandbox pod, string container)
    {
        if (FindRequest(pod, container) is not { } request)
            return DeviceDecision.Nothing;
        if (ProtectedKind(request) is { } kind && !ManagementNamespaces.Contains(pod.Namespace))
            return DeviceDecision.Refused(kind);
        // An engine refuses an empty name, and a device that one plugin names twice (IN-87).
        string[] devices = request.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new DeviceDecision([.. devices.Distinct(StringComparer.Ordinal)]);
    }

    // The most specific annotation that exists counts, even if its value is empty (IN-87).
    private static string? FindRequest(PodSandbox pod, string container) =>
        pod.Annotations.TryGetValue($"{Annotation}/container.{container}", out string? value)
        || pod.Annotations.TryGetValue($"{Annotation}/pod", out value)
        || pod.Annotations.TryGetValue(Annotation, out value) ? value : null;

    // Looked for anywhere in the value, so that no spelling of a list gets around it (IN-88).
    private string? ProtectedKind(string request) =>
        request.Contains(DefaultManagementKind, StringComparison.Ordinal) ? DefaultManagementKind
        : ManagementKind.Length > 0 && request.Contains(ManagementKind, StringComparison.Ordinal) ? ManagementKind
        : null;
}

/// <summary>What became of a container's request for devices.</summary>
/// <param name="Devices">The qualified names of the devices to inject, in the order asked for.</param>
/// <param name="RefusedKind">The protected kind because of which nothing is injected, else null.</param>
internal sealed record DeviceDecision(IReadOnlyList<string> Devices, string? RefusedKind = null)
{
    public static DeviceDecision Nothing { get; } = new DeviceDecision([]);

    public static DeviceDecision Refused(string kind) => new([], kind);
}

using System.Text.Json;
using GpuContainers.Oci.Json;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Prestart;

/// <summary>
/// The parts of config.json that the hook uses; everything else may hold anything (LG-22). Engines from before OCI 1.0 write capabilities in a form
/// that the runtime's own strict document refuses, so the hook reads by itself.
/// </summary>
/// <param name="Image">What the container says about the devices it wants; annotations are left out (LG-28).</param>
/// <param name="Root">The root of the container as it is written there.</param>
internal sealed record HookSpecification(ContainerFacts Image, string Root)
{
    private const string Privileged = "CAP_SYS_ADMIN";

    /// <summary>Reads the first JSON value of the file.</summary>
    /// <exception cref="CoreException">It is not a specification, or lacks what every specification has (LG-21, LG-23, LG-26).</exception>
    public static HookSpecification Parse(ReadOnlySpan<byte> json)
    {
        HookSpecificationParts parts;
        try
        {
            parts = HookSpecificationParts.Read(json);
        }
        catch (JsonException error)
        {
            throw Broken($"could not decode OCI spec: {JsonText.Describe(error, json)}");
        }
        // In this order (LG-23).
        string version = parts.Version ?? throw Broken("Version is empty in OCI spec");
        if (!parts.HasProcess)
            throw Broken("Process is empty in OCI spec");
        if (!parts.HasRoot)
            throw Broken("Root is empty in OCI spec");
        bool privileged = IsPrivileged(json[parts.Capabilities], version);
        return new HookSpecification(new ContainerFacts(parts.Environment, parts.Mounts, new Dictionary<string, string>(), privileged), parts.Root);
    }

    /// <summary>
    /// The container's root directory: absolute, cleaned as text, links not resolved. A relative one lies in the bundle, where runtimes run the
    /// hook (LG-69).
    /// </summary>
    public string RootDirectory(string bundle)
    {
        string path = Root.StartsWith('/') ? Root : $"{bundle}/{Root}";
        bool isAbsolute = Root.StartsWith('/') || bundle.StartsWith('/');
        return LexicalPath.Clean(isAbsolute ? path : $"{Environment.CurrentDirectory}/{path}");
    }

    private static CoreException Broken(string message) => new($"{message}; correct config.json of the bundle");

    // The bounding set alone counts, or the list of the old form (LG-27). Absent means none (LG-26).
    private static bool IsPrivileged(ReadOnlySpan<byte> capabilities, string version)
    {
        if (capabilities.IsEmpty)
            return false;
        try
        {
            Utf8JsonReader reader = PrestartJson.Reader(capabilities);
            List<string> names = HasListOfCapabilities(version) ? PrestartJson.Texts(ref reader, "process.capabilities") : BoundingSet(ref reader);
            return names.Contains(Privileged);
        }
        catch (JsonException error)
        {
            throw Broken($"could not decode Process.Capabilities in OCI spec: {JsonText.Describe(error, capabilities)}");
        }
    }

    private static List<string> BoundingSet(ref Utf8JsonReader reader)
    {
        List<string> bounding = [];
        if (!PrestartJson.Enter(ref reader, "process.capabilities"))
            return bounding;
        while (PrestartJson.NextMember(ref reader, out string name))
        {
            if (name is not ("bounding" or "effective" or "inheritable" or "permitted" or "ambient"))
            {
                reader.Skip();
                continue;
            }
            List<string> names = PrestartJson.Texts(ref reader, $"process.capabilities.{name}");
            bounding = name == "bounding" ? names : bounding;
        }
        return bounding;
    }

    // A list in the early release candidates only; what is not a version counts as 0.0.0 (LG-25).
    private static bool HasListOfCapabilities(string text) =>
        SemanticVersion.Parse(text) is { } version
        && version.CompareTo(SemanticVersion.Parse("1.0.0-rc1")) >= 0
        && version.CompareTo(SemanticVersion.Parse("1.0.0-rc5")) < 0;
}

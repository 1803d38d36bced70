using System.Text.Json;
using GpuContainers.Core.Runtime.Requests;
using GpuContainers.Core.Runtime.Requirements;

namespace GpuContainers.Core.LegacyHook;

/// <summary>The parts of config.json that the hook uses; everything else may hold anything (LG-22).</summary>
/// <param name="Image">What the container says about the devices it wants.</param>
/// <param name="Root">The root of the container as it is written; relative to the bundle.</param>
internal sealed record HookSpecification(ContainerImage Image, string Root)
{
    private static readonly SemanticVersion s_listStart = SemanticVersion.Parse("1.0.0-rc1")!;
    private static readonly SemanticVersion s_listEnd = SemanticVersion.Parse("1.0.0-rc5")!;
    private static readonly SemanticVersion s_unknown = SemanticVersion.Parse("0.0.0")!;

    /// <summary>Reads the first JSON value of the file.</summary>
    /// <exception cref="CoreException">It is no specification, or lacks what every specification has (LG-21, LG-23, LG-26).</exception>
    public static HookSpecification Parse(ReadOnlySpan<byte> json)
    {
        HookSpecificationParts parts;
        try
        {
            parts = HookSpecificationParts.Read(json);
        }
        catch (JsonException error)
        {
            throw new CoreException(CoreFailure.SpecificationContent, $"could not decode OCI spec: {error.Message}; correct config.json of the bundle", error);
        }
        // LG-23: in this order.
        Require(parts.Version.Length > 0, "Version");
        Require(parts.HasProcess, "Process");
        Require(parts.HasRoot, "Root");
        // LG-27: no other set is looked at.
        bool privileged = Capabilities(json[parts.Capabilities], parts.Version).Contains("CAP_SYS_ADMIN");
        return new HookSpecification(new ContainerImage(parts.Environment, parts.Mounts, new Dictionary<string, string>(), privileged), parts.Root);
    }

    private static void Require(bool present, string part)
    {
        if (!present)
            throw new CoreException(CoreFailure.SpecificationContent, $"{part} is empty in OCI spec");
    }

    // LG-25: a list in the early release candidates, else an object of which the bounding set counts. LG-26: absent means none.
    private static List<string> Capabilities(ReadOnlySpan<byte> json, string version)
    {
        if (json.IsEmpty)
            return [];
        try
        {
            Utf8JsonReader reader = HookJson.Reader(json);
            if (!IsList(version))
                return Bounding(ref reader);
            reader.Read();
            return HookJson.Texts(ref reader, "process.capabilities");
        }
        catch (JsonException error)
        {
            throw new CoreException(CoreFailure.SpecificationContent, $"could not decode Process.Capabilities in OCI spec: {error.Message}", error);
        }
    }

    private static List<string> Bounding(ref Utf8JsonReader reader)
    {
        List<string> bounding = [];
        if (!HookJson.Enter(ref reader, "process.capabilities"))
            return bounding;
        while (HookJson.NextMember(ref reader, out string name))
        {
            if (name == "bounding")
                bounding = HookJson.Texts(ref reader, "process.capabilities.bounding");
            else
                reader.Skip();
        }
        return bounding;
    }

    private static bool IsList(string text)
    {
        SemanticVersion version = SemanticVersion.Parse(text) ?? s_unknown;
        return version.CompareTo(s_listStart) >= 0 && version.CompareTo(s_listEnd) < 0;
    }
}

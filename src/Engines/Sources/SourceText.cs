namespace GpuContainers.Engines.Sources;

/// <summary>A configuration as it was read.</summary>
/// <param name="Origin">The file or command it comes from, for messages.</param>
/// <param name="Content">Its bytes; null for a missing file, which counts as empty.</param>
public sealed record SourceText(string Origin, byte[]? Content);

/// <summary>Configurations that a program fills in before an engine reads them (CT-197).</summary>
internal static class TemplateText
{
    /// <summary>The templates of the Kubernetes distributions that have some.</summary>
    internal const string Containerd =
        "k3s has it in /var/lib/rancher/k3s/agent/etc/containerd/config.toml.tmpl, RKE2 in /var/lib/rancher/rke2/agent/etc/containerd/config.toml.tmpl, "
        + "and both add the runtime by themselves if nvidia-container-runtime is installed when they start";

    /// <summary>The error for a text that cannot be read because it is a template; null when it is none.</summary>
    /// <param name="source">The text.</param>
    /// <param name="broken">Why it cannot be read.</param>
    /// <param name="format">What it should be.</param>
    /// <param name="whereElse">Where else such templates are; empty when nothing is known about that.</param>
    internal static EngineException? Explain(SourceText source, EngineException broken, string format, string whereElse = "")
    {
        int at = broken.Reason == EngineFault.Syntax ? source.Content.AsSpan().IndexOf("{{"u8) : -1;
        if (at < 0)
            return null;
        (int line, int column) = Json.JsonPosition.Find(source.Content, at);
        return new EngineException(
            EngineFault.Syntax,
            $"({line}, {column}): {{{{ begins a template, so this is not {format} yet: {source.Origin} must be edited by hand, where it is made"
            + (whereElse.Length > 0 ? $"; {whereElse}" : ""), broken);
    }
}

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>How a hook ended.</summary>
/// <param name="Status">The exit status.</param>
/// <param name="Output">What it wrote on standard output.</param>
/// <param name="Errors">What it wrote on standard error.</param>
internal sealed record HookResult(int Status, string Output, string Errors)
{
    /// <summary>The records on standard error.</summary>
    public string[] Lines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>How a container went.</summary>
/// <param name="Status">0; 100 when create failed, 101 start, 102 when it did not end, 103 delete.</param>
/// <param name="Output">What the container wrote.</param>
/// <param name="Errors">What the runtimes wrote on standard error.</param>
/// <param name="Specification">config.json as the low-level runtime got it.</param>
internal sealed record ContainerResult(int Status, string Output, string Errors, JsonObject Specification)
{
    /// <summary>The lines of the output, without the last, empty one.</summary>
    internal string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Itself, when all went well; else the test fails with what was said.</summary>
    internal ContainerResult Succeeded()
    {
        Assert.True(Status == 0, $"status {Status}\noutput: {Output}\nerrors: {Errors}");
        return this;
    }
}

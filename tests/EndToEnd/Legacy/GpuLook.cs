using System.Text.RegularExpressions;

namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>What a container says about its GPUs: nodes, NVML, CUDA, and whether the kernel lets it through to a GPU whose node it makes itself.</summary>
internal static partial class GpuLook
{
    /// <summary>The program that looks, in a host with two GPUs.</summary>
    internal const string Program = "/bin/look";

    private const string Script = """
        #!/bin/sh
        ls /dev | grep '^nvidia[0-9]'
        probe libnvidia-ml.so.1
        probe libcuda.so.1
        for n in 0 1; do
            [ -e /run/gpu$n ] || /bin/busybox mknod /run/gpu$n c 195 $n
            cat /run/gpu$n
        done 2>&1
        true
        """;

    /// <summary>A container's root with the program in it.</summary>
    internal static Container Prepare(SimulatedHost host)
    {
        var container = new Container(host);
        string path = host.At(container.Rootfs) + Program;
        ProgramFile.Write(path, Script);
        return container;
    }

    /// <summary>The container has these GPUs and no other.</summary>
    /// <param name="output">What the script printed.</param>
    /// <param name="hasCuda">Whether it has CUDA.</param>
    /// <param name="gpus">The minors.</param>
    internal static void AssertGpus(string output, bool hasCuda, params int[] gpus)
    {
        Assert.True(gpus.SequenceEqual(Nodes().Matches(output).Select(static m => m.Groups[1].Value[0] - '0')), output);
        Assert.True(gpus.SequenceEqual(Uuids().Matches(output).Select(static m => m.Groups[1].Value[0] - '0')), output);
        Assert.Contains("libcuda.so.1: " + (hasCuda ? "loaded" : "not loaded"), output, StringComparison.Ordinal);
        for (int minor = 0; minor < 2; minor++)
        {
            // With the permission the kernel goes on to look for a driver, which it does not have.
            string why = gpus.Contains(minor) ? "No such device or address" : "Operation not permitted";
            Assert.Contains($"can't open '/run/gpu{minor}': {why}", output, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("^(?:.*\\| )?nvidia([0-9])\r?$", RegexOptions.Multiline)]
    private static partial Regex Nodes();

    [GeneratedRegex("NVML [0-9]: GPU-2f4d1a0([0-9])")]
    private static partial Regex Uuids();
}

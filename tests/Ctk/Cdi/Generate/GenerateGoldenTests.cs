using System.Runtime.InteropServices;

namespace GpuContainers.Ctk.Tests.Cdi.Generate;

/// <summary>Whole documents of simulated hosts, as they stand in testdata/generated.</summary>
public sealed class GenerateGoldenTests
{
    [Theory]
    [InlineData("h200x2", "")]
    [InlineData("rtx-graphics", "")]
    [InlineData("a100-mig", "")]
    [InlineData("restricted-nodes", "")]
    [InlineData("reordered-minors", "")]
    [InlineData("orin", "")]
    [InlineData("thor", "")]
    [InlineData("wsl", "")]
    [InlineData("lib64", "")]
    [InlineData("driver-container-dev", "--driver-root=/run/nvidia/driver")]
    public void The_document_of_a_host_is_as_recorded(string name, string options)
    {
        using var host = SimulatedHost.Start(name);
        // Firmware and programs are looked for by the machine's own kernel release and PATH; neither shows in these documents.
        CommandResult result = host.Shell($"PATH=/usr/bin:/bin nvidia-ctk --quiet cdi generate {options}").Succeeded();
        Assert.Equal("", result.Errors);
        string recorded = Checkout.At("testdata", "generated", name + ".yaml");
        string expected = File.ReadAllText(recorded).Replace("x86_64-linux-gnu", Path.GetFileName(LibraryFolder), StringComparison.Ordinal);
        Assert.Equal(expected, result.Output);
    }

    private static string LibraryFolder { get; } =
        $"/usr/lib/{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}-linux-gnu";
}

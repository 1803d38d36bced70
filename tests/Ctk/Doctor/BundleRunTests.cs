using System.Runtime.InteropServices;

namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>From a machine to its bundle and back, by the programs that people type.</summary>
public sealed class BundleRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bundle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [Requirement("DR-11")]
    [Requirement("DR-14")]
    [InlineData("a100-mig", "")]
    [InlineData("rtx-graphics", "")]
    [InlineData("driver-container-dev", "--driver-root=/run/nvidia/driver")]
    public void The_imported_machine_gets_the_specification_of_the_other(string name, string options)
    {
        string bundle = Path.Combine(_folder, "machine.tar.gz"), description = Path.Combine(_folder, "machine.json");
        string generate = $"PATH=/usr/bin:/bin nvidia-ctk --quiet cdi generate {options}", expected;
        using (var host = SimulatedHost.Start(name))
        {
            CommandResult made = host.Run("nvidia-ctk", "doctor", "--bundle=/tmp/machine.tar.gz", "--keep-uuids").Succeeded();
            Assert.Contains("libraries, by name, size and headers", made.Output, StringComparison.Ordinal);
            File.Copy(host.At("/tmp/machine.tar.gz"), bundle);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(host.At("/tmp/machine.tar.gz")));
            expected = host.Shell(generate).Succeeded().Output;
        }
        Command.Run(Checkout.Simulator(), "import", bundle, description).Succeeded();
        using var again = SimulatedHost.Start(description);
        Assert.Equal(expected, again.Shell(generate).Succeeded().Output);
    }

    // Made of the records of a run on real hardware; its README says what they did not tell.
    [Fact]
    [Requirement("DR-14")]
    public void The_machine_of_the_real_hardware_gets_the_specification_that_it_got_there()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the bundle is of an x64 machine");
        string kept = Checkout.At("testdata", "bundles", "real-h200.tar.gz");
        string there = Command.Run(Checkout.MachineProgram("tar"), "-xzOf", kept, "generated.yaml").Succeeded().Output;
        Assert.Contains("/usr/local/nvidia/firmware/nvidia/580.159.04/gsp_ga10x.bin", there, StringComparison.Ordinal);
        using var host = SimulatedHost.Start(kept);
        Assert.Equal(there, host.Shell("PATH=/usr/local/nvidia/bin:/usr/bin:/bin nvidia-ctk --quiet cdi generate").Succeeded().Output);
    }
}

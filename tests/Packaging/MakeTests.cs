namespace GpuContainers.Packaging.Tests;

/// <summary>The programs without a package.</summary>
[Trait("Kind", "slow")]
public sealed class MakeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("make-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_installed_is_removed_again()
    {
        _ = Checkout.Program("nvidia-ctk-installer");
        Make("install");
        string programs = Path.Combine(_folder, "opt/bin");
        Assert.Contains("version", Command.Run(Path.Combine(programs, "nvidia-ctk"), "--version").Succeeded().Output, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(programs, "another"), "");
        Make("uninstall");
        Assert.Equal(["another"], Directory.GetFileSystemEntries(programs).Select(Path.GetFileName));
    }

    private void Make(string target) =>
        Command.Run(Checkout.MachineProgram("make"), "--directory", Checkout.Root, target, "PREFIX=/opt", $"DESTDIR={_folder}").Succeeded();
}

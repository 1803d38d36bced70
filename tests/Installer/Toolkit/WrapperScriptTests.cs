using GpuContainers.Installer.Toolkit;

namespace GpuContainers.Installer.Tests.Toolkit;

/// <summary>Wrappers, run by the machine's shell.</summary>
public sealed class WrapperScriptTests : IDisposable
{
    private static readonly ToolkitProgram s_runtime = ToolkitProgram.All.Single(program => program.Name == ToolkitProgram.Runtime);
    private readonly string _folder = Directory.CreateTempSubdirectory("it's a \"wrapper\" $HOME").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CommandResult Run(ToolkitProgram program, string modules, Dictionary<string, string?> environment)
    {
        File.WriteAllText(Path.Combine(_folder, "modules"), modules);
        WriteProgram(program.Name + ".real",
            "#!/bin/sh\necho \"real $0 $*\"\necho \"PATH $PATH\"\n"
            + "echo \"LIB ${LD_LIBRARY_PATH-unset}\"\necho \"CONFIG ${NVIDIA_CTK_CONFIG_FILE_PATH-unset}\"\n");
        WriteProgram("low", "#!/bin/sh\necho \"low $*\"\n");
        string script = WrapperScript.Text(program, _folder, Path.Combine(_folder, "config.toml"), Path.Combine(_folder, "low"));
        WriteProgram(program.Name, script.Replace("/proc/modules", "\"$MODULES\"", StringComparison.Ordinal));
        return Command.Run(Path.Combine(_folder, program.Name), ["a b", "$c"], [.. environment, new("MODULES", Path.Combine(_folder, "modules"))]);
    }

    private void WriteProgram(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        ProgramFile.Write(path, text);
    }

    [Theory]
    [Requirement("IN-44")]
    [InlineData("nvidia_uvm 1 0 - Live 0x0\nnvidia 2 1 nvidia_uvm, Live 0x0\n")]
    [InlineData("nvidia_current 1 0 - Live 0x0\n")]
    public void With_the_driver_the_program_gets_its_folder_and_the_configuration(string modules)
    {
        CommandResult result = Run(s_runtime, modules, new() { ["PATH"] = "/usr/bin:/bin" }).Succeeded();
        Assert.Equal($"real {_folder}/nvidia-container-runtime.real a b $c\nPATH {_folder}:/usr/bin:/bin\nLIB unset\nCONFIG {_folder}/config.toml\n",
            result.Output);
        Assert.Empty(result.Errors);
    }

    [Theory]
    [Requirement("IN-44")]
    [InlineData("")]
    [InlineData("nvidia_uvm 1 0 - Live 0x0\nnvidiafb 1 0 - Live 0x0\next4 1 1 nvidia Live 0x0\n")]
    public void Without_the_driver_the_low_level_runtime_is_called(string modules)
    {
        CommandResult result = Run(s_runtime, modules, new() { ["PATH"] = "/usr/bin:/bin" }).Succeeded();
        Assert.Equal("low a b $c\n", result.Output);
        Assert.Equal($"nvidia driver modules are not yet loaded, invoking {_folder}/low directly\n", result.Errors);
    }

    [Theory]
    [Requirement("IN-46")]
    [InlineData(null, "")]
    [InlineData("/old", ":/old")]
    public void No_empty_element_gets_into_the_library_path(string? before, string after)
    {
        ToolkitProgram program = ToolkitProgram.All.Single(known => known.NeedsLibraries);
        CommandResult result = Run(program, "", new() { ["PATH"] = null, ["LD_LIBRARY_PATH"] = before }).Succeeded();
        Assert.Contains($"LIB {_folder}{after}\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("CONFIG unset\n", result.Output, StringComparison.Ordinal);
    }
}

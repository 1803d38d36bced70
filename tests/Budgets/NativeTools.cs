namespace GpuContainers.Budgets.Tests;

/// <summary>The small C programs of this folder, compiled once a run; the tests that need them are skipped where there is no compiler.</summary>
public sealed class NativeTools : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("budgets-").FullName;

    /// <summary>A folder for the files of tests.</summary>
    public string Folder => _folder;

    /// <summary>The path of a compiled program: "timer", "trivial", "launch", "inspect", or the library "canary.so".</summary>
    public string this[string name] => Compile(name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Compile(string name)
    {
        string output = Path.Combine(_folder, name);
        string source = Path.Combine(AppContext.BaseDirectory, "native", Path.GetFileNameWithoutExtension(name) + ".c");
        if (!File.Exists(output))
        {
            string[] kind = name.EndsWith(".so", StringComparison.Ordinal) ? ["-shared", "-fPIC"] : ["-static"];
            Command.Run(Repository.MachineProgram("gcc"), ["-O2", .. kind, "-o", output, source]).Succeeded();
        }
        return output;
    }
}

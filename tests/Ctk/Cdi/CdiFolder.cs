namespace GpuContainers.Ctk.Tests.Cdi;

/// <summary>A folder of CDI specifications that is gone after the test.</summary>
public abstract class CdiFolder : IDisposable
{
    private protected string Folder { get; } = Directory.CreateTempSubdirectory("cdi-cli-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private protected string Spec(
        string name, string kind = "acme.example/npu", string device = "dev", string version = "0.7.0", string edits = "env: [A=1]") =>
        Write(name, $"cdiVersion: {version}\nkind: {kind}\ndevices:\n- name: '{device}'\n  containerEdits: {{{edits}}}\n");
}

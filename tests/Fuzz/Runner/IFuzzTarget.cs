namespace GpuContainers.Fuzz.Tests.Runner;

/// <summary>
/// One reader or writer of untrusted bytes. To add one: a public class with a parameterless constructor in Targets/, and at least one file in
/// testdata/fuzz/NAME/. It is found by itself.
/// </summary>
public interface IFuzzTarget
{
    /// <summary>The name on the command line and of the corpus folder, such as "ld-so-cache".</summary>
    string Name { get; }

    /// <summary>
    /// Gives the input to the code under test and checks what must hold for it. The exceptions that the code promises for bad input are caught here;
    /// every other one is a finding.
    /// </summary>
    void Run(ReadOnlySpan<byte> input);
}

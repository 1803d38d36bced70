using GpuContainers.Cdi;
using GpuContainers.Oci;

// Whoever changes the list that went into a record does not change the record.
var options = new List<string> { "ro" };
var mount = new Mount { HostPath = "/opt/npu", ContainerPath = "/opt/npu", Options = options };
options.Add("exec");
Require(mount.Options.Count == 1, "the caller's list changed the record");

// Specifications with equal content are equal, however they were made.
CdiSpec made = Spec(), other = Spec();
CdiSpec read = CdiSpecReader.Read(new MemoryStream(CdiSpecWriter.ToYaml(made)));
Require(made == other && made == read && made.GetHashCode() == read.GetHashCode(), "equal specifications are not equal");
Require(made != made with { Kind = "acme.example/gpu" }, "different specifications are equal");

// Null is refused with the name of what must not be null.
Require(NameOfNull(() => CdiSpecWriter.ToYaml(null!)) == "spec", "null is not refused as spec");
Require(NameOfNull(() => CdiInjector.Inject(null!, made)) == "document", "null is not refused as document");
Require(NameOfNull(() => _ = new Hook { Args = null! }) == "Args", "null is not refused as Args");
Require(NameOfNull(() => OciDocument.Parse("{}"u8.ToArray()).AddMounts(null!)) == "mounts", "null is not refused as mounts");
Console.WriteLine("kept");

CdiDevice Device() => new() { Name = "0", ContainerEdits = new ContainerEdits { Mounts = [mount] } };
CdiSpec Spec() => new() { Version = "0.5.0", Kind = "acme.example/npu", Devices = [Device()] };

static string? NameOfNull(Action action) => Record(action) is ArgumentNullException error ? error.ParamName : null;
static Exception? Record(Action action) { try { action(); return null; } catch (ArgumentException error) { return error; } }
static void Require(bool holds, string promise) { if (!holds) throw new InvalidOperationException(promise); }

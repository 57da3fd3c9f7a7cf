package org.unroll;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.LocationProvider;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.util.Set;
import org.unroll.cli.Main;

/** The directions in which the packages of Unroll may depend on each other and on libraries. */
@AnalyzeClasses(locations = ArchitectureTest.MainClasses.class)
class ArchitectureTest {

  /** Where the classes of the product are, whatever tool compiled them; the tests are elsewhere. */
  static final class MainClasses implements LocationProvider {
    @Override
    public Set<Location> get(Class<?> test) {
      return Set.of(Location.of(Main.class.getProtectionDomain().getCodeSource().getLocation()));
    }
  }

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices()
          .matching("org.unroll.(*)..")
          .should()
          .beFreeOfCycles()
          .because("data flows one way")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule sparkStaysAtTheEdge =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.unroll.spark..", "org.unroll.report..", "org.unroll.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "org.apache.parquet..", "scala..")
          .because("the mathematics must run, and be tested, without Spark")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule trainingCannotTellWhereGradientsComeFrom =
      noClasses()
          .that()
          .resideInAPackage("org.unroll.train..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "org.unroll.spark..", "scala..")
          .because("a local loop and Spark are two implementations of one GradientSource")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule vectorInstructionsStayInTensor =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.unroll.tensor..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator..")
          .because("the incubating Vector API still changes")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nothingReadsSerializedObjects =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ObjectInputStream.class)
          .because("a file must not be able to run code")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule configurationStandsAlone =
      noClasses()
          .that()
          .resideInAPackage("org.unroll.config..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.unroll..").and(resideOutsideOfPackage("org.unroll.config..")))
          .because("every other package reads it")
          .allowEmptyShould(true);
}
